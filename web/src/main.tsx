import { render } from 'preact'
import { App } from './app.tsx'
import { followLinks } from './router/location.ts'
import { startTheme } from './shell/theme.ts'

startTheme()
followLinks()
const host = document.getElementById('app')
if (host === null) throw new Error('the page has no place for the dashboard: #app')
render(<App />, host)
