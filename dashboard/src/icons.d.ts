/** A drawing by its name in the icon set, for example `icon:chevron-down`. `vite.config.ts` reads it from there. */
declare module 'icon:*' {
  const drawing: import('./ui/icon.js').Drawing
  export default drawing
}
