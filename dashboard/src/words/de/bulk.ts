import type { Translations } from '../translated.js'

export const bulkWords: Translations['bulkWords'] = {
  bar: 'Ausgewählte Zeilen',
  select: (name) => `${name} auswählen`,
  selectAll: 'Alle angezeigten Zeilen auswählen',
  selected: (rows) => `${rows} ausgewählt`,
  clear: 'Auswahl aufheben',
  progress: (done, all) => `${done} von ${all} …`,
  done: (act, rows) => `${act}: ${rows} erledigt`,
  failed: (act, rows) => `${act}: ${rows} fehlgeschlagen`,
  change: 'Rolle ändern',
  role: 'Neue Rolle',
  changeEffect: (rows, text) =>
    rows === 1 ? 'Das Mitglied erhält diese Rolle sofort.' : `${text} Mitglieder erhalten diese Rolle sofort.`,
  removeTitle: (rows, text) => (rows === 1 ? '1 Mitglied entfernen?' : `${text} Mitglieder entfernen?`),
}
