/** Base of the site that the server serves. The server replaces it by its public path, which is known when it starts. */
export const SERVED_BASE = '/__stackgate_docs__/'
