/** The views behind the first one, with their sentences. They are loaded when somebody goes there. */

import './rows.css';
// A registration is entered in the settings, too.
import '../sign-in/sentences.ts';

import sentences from 'virtual:sentences';
import behind from 'virtual:sentences-behind';

Object.assign(sentences, behind);

export { default as About } from './About.svelte';
export { default as Settings } from './Settings.svelte';
