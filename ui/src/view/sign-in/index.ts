/** Signing in, with its sentences: loaded where nobody is signed in, or a sign-in did not work. Most windows open without. */

import './sentences.ts';

export { default as SignIn } from './SignIn.svelte';
export { default as SignInTrouble } from './SignInTrouble.svelte';
export { default as Waiting } from './Waiting.svelte';
