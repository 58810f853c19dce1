export * from './host.js'
export * from './messages.js'
export * from './plugin.js'
