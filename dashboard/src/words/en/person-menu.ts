import { translated } from '../translated.js'

/** Texts of the menu of the person, which is loaded when it is opened. */
export const personMenuWords = translated('personMenuWords', {
  documentation: 'Documentation',
  language: 'Language',
  languageNotSaved: 'The language could not be saved. Try again.',
  colorScheme: { light: 'Light', dark: 'Dark', auto: 'System', label: 'Color scheme' },
})
