import type { Translations } from '../translated.js'

export const listWords: Translations['listWords'] = {
  filter: 'Filter',
  apply: 'Anwenden',
  any: 'Beliebig',
  all: 'Alle',
  condition: (name, value) => `${name}: ${value}`,
  remove: (name, value) => `Bedingung entfernen: ${name}: ${value}`,
  views: 'Gespeicherte Ansichten',
  saveView: 'Ansicht speichern',
  deleteView: 'Ansicht löschen',
  viewName: 'Name der Ansicht',
  viewHint: 'Sie merkt sich Filter, Spalten und Reihenfolge in diesem Browser.',
  save: 'Speichern',
  cancel: 'Abbrechen',
  columns: 'Spalten',
  sort: 'Sortieren',
  sorted: (column, isDescending) => `${column} ${isDescending ? '↓' : '↑'}`,
}
