//! Sign-in, token refresh and keychain for a native app of Microsoft Entra ID.
