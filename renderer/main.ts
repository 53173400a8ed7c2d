import { mount } from 'svelte'
import App from './app.svelte'
import { createHttpBackend } from './backend/http.ts'
import { createIpcBackend } from './backend/ipc.ts'
import { chooseLanguage } from './i18n/language.svelte.ts'
import { App as AppState } from './state/app.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/floating.css'

const backend = window.plexsync ? createIpcBackend(window.plexsync) : createHttpBackend(new URL(document.baseURI))
const app = new AppState(backend, window)
// The settings may wish for another language; until they are read, the system's is the best guess.
await app.language.use(chooseLanguage('system', navigator.languages))
mount(App, { target: document.body, props: { app } })
