import { render } from 'preact'
import { App } from './app.tsx'
import { createDesk } from './desk.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('the page has no place for the app')
render(<App desk={createDesk(new URL('.', document.baseURI).href)} />, root)
