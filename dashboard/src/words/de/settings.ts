import type { Translations } from '../translated.js'

export const settingsWords: Translations['settingsWords'] = {
  title: 'Einstellungen',
  name: {
    title: 'Name',
    label: 'Name des Teams',
    save: 'Namen speichern',
    saved: 'Der Name ist gespeichert.',
    person: 'Ein persönliches Konto trägt den Namen seiner Person.',
  },
  export: {
    title: 'Ihre Daten exportieren',
    text: 'Eine Datei mit allem, was über dieses Konto gespeichert ist. Sie kann sieben Tage lang heruntergeladen werden.',
    start: 'Export starten',
    running: (percent) => `Der Export ist bei ${percent} %.`,
    scheduled: 'Der Export beginnt gleich.',
    ready: (date) => `Exportiert am ${date}`,
    download: 'Herunterladen',
    fileName: (date) => `konto-${date}.json`,
  },
  leave: {
    title: 'Dieses Konto verlassen',
    text: 'Sie verlieren den Zugang zu allem in diesem Konto. Mit einer neuen Einladung können Sie zurückkehren.',
    button: 'Konto verlassen',
    confirm: (name) => `${name} verlassen?`,
    keep: 'Abbrechen',
  },
  remove: {
    title: 'Dieses Konto löschen',
    text: 'Nach vierzehn Tagen werden die Daten gelöscht. Bis dahin können Sie es rückgängig machen, und es kann nichts gekauft werden.',
    button: 'Konto löschen',
    confirmTitle: (name) => `${name} löschen?`,
    type: (name) => `Geben Sie zur Bestätigung „${name}“ ein`,
    confirm: 'In vierzehn Tagen löschen',
    keep: 'Abbrechen',
    scheduled: (date) => `Dieses Konto wird am ${date} gelöscht.`,
    blocked: (reason) => `Die Löschung wartet: ${reason}`,
    charge: (amount, date, description) =>
      `${amount} werden nach dem ${date} berechnet, und das Konto wird nicht vorher gelöscht. ${description}.`,
    credit: (amount) => `Das Guthaben von ${amount} verfällt mit der Löschung und wird nicht ausgezahlt.`,
    undo: 'Löschung rückgängig machen',
  },
}
