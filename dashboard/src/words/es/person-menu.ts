import type { Translations } from '../translated.js'

export const personMenuWords: Translations['personMenuWords'] = {
  documentation: 'Documentación',
  language: 'Idioma',
  languageNotSaved: 'No se ha podido guardar el idioma. Inténtelo de nuevo.',
  colorScheme: { light: 'Claro', dark: 'Oscuro', auto: 'Sistema', label: 'Combinación de colores' },
}
