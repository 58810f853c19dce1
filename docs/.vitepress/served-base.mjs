/** Base of the site that the server serves. The server replaces it by its public path, which is known when it starts. */
export const SERVED_BASE = '/__stackgate_docs__/'
/** Modules of the installation in that site. The server replaces it by their names, separated by commas. */
export const SERVED_MODULES = '__stackgate_modules__'
