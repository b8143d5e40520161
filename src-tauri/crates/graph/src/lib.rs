//! Microsoft Graph's presence operations, one function each, with errors as Graph means them.
