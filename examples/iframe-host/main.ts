import { createBillingHost, parseOrigin } from '@stackgate/iframe/host'

const { VITE_PLUGIN_URL, VITE_SANDBOX_URL } = import.meta.env
const main = document.querySelector('main')!
const path = /^\/c\/([^/]+)\/(?:plugin\/([^/]+)\/)?$/.exec(location.pathname)

/** Shows the plugin. The host gives it the token of the signed-in user in the fragment, which no server receives. */
function showPlugin(token: string): void {
  const url = new URL(VITE_PLUGIN_URL ?? 'http://localhost:4101/')
  const pluginId = path?.[2]
  if (pluginId) url.searchParams.set('pluginId', pluginId)
  url.hash = new URLSearchParams({ token }).toString()

  const frame = document.createElement('iframe')
  // Before the frame loads, so that no message of the plugin is missed.
  createBillingHost({
    plugins: [{ frame, origin: parseOrigin(url.href), pluginType: 'onboardingWizard' }],
    // Only for the sandbox: the pages of Stripe and PayPal are allowed anyway.
    redirectHosts: [parseOrigin(VITE_SANDBOX_URL ?? 'http://127.0.0.1:4010')],
  })
  frame.title = 'Onboarding wizard'
  frame.sandbox.add('allow-scripts', 'allow-same-origin', 'allow-forms', 'allow-popups')
  frame.src = url.href
  main.replaceChildren(frame)
}

/** A form in place of a sign-in page. */
function showSignIn(): void {
  main.innerHTML = '<form><label>Token <input required autocomplete="off"></label> <button>Sign in</button></form>'
  main.querySelector('form')!.addEventListener('submit', (event) => {
    event.preventDefault()
    const token = main.querySelector('input')!.value.trim()
    sessionStorage.setItem('token', token)
    showPlugin(token)
  })
}

const token = sessionStorage.getItem('token')
if (!path) location.replace('/c/42/')
else {
  document.querySelector('h1')!.textContent = `Community ${path[1]}`
  if (token) showPlugin(token)
  else showSignIn()
}
