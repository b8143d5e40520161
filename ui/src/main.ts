import 'virtual:tokens.css';
import './base.css';

import { mount } from 'svelte';

import { findAgent } from './agent/agent.ts';
import App from './App.svelte';

void findAgent().then((agent) => mount(App, { target: document.body, props: { agent } }));
