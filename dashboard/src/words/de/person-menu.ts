import type { Translations } from '../translated.js'

export const personMenuWords: Translations['personMenuWords'] = {
  documentation: 'Dokumentation',
  language: 'Sprache',
  languageNotSaved: 'Die Sprache konnte nicht gespeichert werden. Versuchen Sie es noch einmal.',
  colorScheme: { light: 'Hell', dark: 'Dunkel', auto: 'System', label: 'Farbschema' },
}
