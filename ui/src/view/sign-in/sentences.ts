/** Brings what signing in says. */

import sentences from 'virtual:sentences';
import signIn from 'virtual:sentences-sign-in';

Object.assign(sentences, signIn);
