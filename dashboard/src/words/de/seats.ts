import type { Translations } from '../translated.js'

export const seatWords: Translations['seatWords'] = {
  title: 'Lizenzen',
  used: (assigned, limit) => `${assigned} von ${limit} Lizenzen sind zugewiesen.`,
  unlimited: (assigned) => `${assigned} Lizenzen sind zugewiesen. Es gibt kein Limit.`,
  over: (assigned, limit) =>
    `${assigned} Lizenzen sind zugewiesen, der Tarif enthält aber nur ${limit}. Sie bleiben zugewiesen. Weitere können erst zugewiesen werden, wenn wieder welche frei sind.`,
  none: 'Kein Mitglied hat eine Lizenz.',
  columns: { person: 'Person', since: 'Seit' },
  assign: 'Lizenz zuweisen',
  assignTitle: (feature) => `Lizenz zuweisen: ${feature}`,
  member: 'Mitglied',
  search: 'Name oder E-Mail-Adresse',
  more: 'Mehr anzeigen',
  everybody: 'Alle Mitglieder haben eine Lizenz.',
  confirm: 'Zuweisen',
  move: 'Übertragen',
  moveTitle: (name) => `Lizenz von ${name} übertragen`,
  moveText: 'Die Zahl der zugewiesenen Lizenzen bleibt gleich.',
  free: 'Lizenz freigeben',
  freeTitle: (name) => `Lizenz von ${name} freigeben?`,
  freeText: (feature) => `Das Mitglied kann ${feature} nicht mehr nutzen. Die Lizenz kann neu zugewiesen werden.`,
  cancel: 'Zurück',
}
