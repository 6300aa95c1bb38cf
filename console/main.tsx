import '@mantine/core/styles.css';
import './style.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { SessionStore } from './session/session.ts';
import { reloadWhenNewer } from './shell/reload-when-newer.ts';

reloadWhenNewer(sessionStorage, () => location.reload());
const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');
createRoot(root).render(
  <StrictMode>
    <App sessions={new SessionStore(sessionStorage)} />
  </StrictMode>,
);
