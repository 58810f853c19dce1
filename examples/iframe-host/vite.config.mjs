const pluginOrigin = new URL(process.env.VITE_PLUGIN_URL ?? 'http://localhost:4101').origin
const headers = { 'content-security-policy': `frame-src ${pluginOrigin}` }

export default {
  // The sources of the package, which needs no build then. Leave this line out where the package is installed.
  resolve: { conditions: ['@stackgate/source', 'module', 'browser', 'development|production'] },
  server: { host: '127.0.0.1', port: 4100, strictPort: true, headers },
  preview: { host: '127.0.0.1', port: 4100, strictPort: true, headers },
}
