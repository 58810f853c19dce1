import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import './styles.js'
import './fonts.css'
import './dashboard.css'
import { MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './routes.js'
import { readConfig, type DashboardConfig, keepPages } from './session/config.js'
import { SessionProvider } from './session/session-context.js'
import { startSession } from './session/start-session.js'
import { OfflineNotice } from './ui/offline-notice.js'
import { colorsOf, theme } from './ui/theme.js'
import { words } from './words/en.js'

/** The server puts a nonce into the page for the styles that the component library adds. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
setNonce(nonce)

const root = document.getElementById('root')!
const PAUSE_MS = 3_000

/** While the server is away, the page says so and asks again. */
async function configOfServer(): Promise<DashboardConfig> {
  for (;;) {
    try {
      return await readConfig()
    } catch {
      root.textContent = words.serverAway
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

const config = await configOfServer()
keepPages(config.pages)
const start = await startSession(config)
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      cssVariablesResolver={colorsOf(config.brand?.colors ?? null)}
    >
      <SessionProvider config={config} start={start}>
        <RouterProvider router={router} />
        <OfflineNotice />
      </SessionProvider>
    </MantineProvider>
  </StrictMode>,
)
