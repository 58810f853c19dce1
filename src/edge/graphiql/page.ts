/** The page around GraphiQL. Every address in it is relative, so that it works under any public prefix. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="graphiql/graphiql.css">
<link rel="stylesheet" href="graphiql/page.css">
</head>
<body>
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root">Loading…</div>
<script src="graphiql/graphiql.js"></script>
<script src="graphiql/start.js"></script>
</body>
</html>
`

/**
 * Fills the window. On a narrow screen the response is below the query, because GraphiQL's default of two columns is
 * too narrow.
 */
export const pageStyle = `html, body, #root { height: 100%; margin: 0 }
@media (max-width: 640px) {
  #graphiql-session { flex-direction: column }
  .graphiql-horizontal-drag-bar, .graphiql-logo { display: none }
}
`

/**
 * Starts GraphiQL. The socket takes its token from the headers of the tab in front, as HTTP does; the workers come from
 * files, because the page allows no inline script.
 */
export const pageScript = `const here = new URL('graphiql/', location.href)
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_id, label) => new URL(label + '.js', here).href }
function connectionParams() {
  try {
    const state = JSON.parse(localStorage.getItem('graphiql:tabState') || '{}')
    return JSON.parse(state.tabs[state.activeTabIndex].headers || '{}')
  } catch {
    return {}
  }
}
// Tabs that still hold an earlier token of this page get the new one: the earlier one may belong to a deleted database.
function renewToken(headers) {
  const given = localStorage.getItem('stackgate:headers')
  if (given && given !== headers) {
    const kept = localStorage.getItem('graphiql:tabState')
    if (kept) localStorage.setItem('graphiql:tabState', kept.replaceAll(JSON.stringify(given), JSON.stringify(headers)))
  }
  localStorage.setItem('stackgate:headers', headers)
}
async function start() {
  const response = await fetch(new URL('settings.json', here))
  const { headers, queries } = response.ok ? await response.json() : {}
  if (headers) renewToken(headers)
  // A returning visitor keeps the tabs of the last visit.
  const isFirstVisit = localStorage.getItem('graphiql:tabState') === null
  const root = document.getElementById('root')
  root.textContent = ''
  YogaGraphiQL.renderYogaGraphiQL(root, {
    title: 'GraphiQL',
    endpoint: new URL('graphql', location.href).pathname,
    subscriptionsProtocol: 'WS',
    shouldPersistHeaders: true,
    connectionParams,
    ...(queries && isFirstVisit ? { defaultTabs: queries.map((query) => ({ query, headers })), headers } : {}),
  })
}
start()
`

/** Only our own files; the editor sets styles from its script, and its icons are data. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join(';')
