const parentOrigin = process.env.VITE_PARENT_ORIGIN ?? 'http://127.0.0.1:4100'
const headers = { 'content-security-policy': `frame-ancestors ${parentOrigin}` }

export default {
  // The sources of the package, which needs no build then. Leave this line out where the package is installed.
  resolve: { conditions: ['@stackgate/source', 'module', 'browser', 'development|production'] },
  server: { host: 'localhost', port: 4101, strictPort: true, headers },
  preview: { host: 'localhost', port: 4101, strictPort: true, headers },
}
