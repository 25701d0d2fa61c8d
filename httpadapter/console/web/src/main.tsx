import './styles/tokens.css';
import './styles/base.css';
import './styles/screens.css';
import './styles/ours.css';

import { render } from 'preact';

import { App } from './app/app';

const root = document.getElementById('app');
if (root) render(<App />, root);
