import type { Translations } from '../translated.js'

export const proofWords: Translations['proofWords'] = {
  title: 'Nachweis Ihrer Daten',
  text: 'Jeder Eintrag Ihres Buchungsjournals ist mit dem vorherigen verkettet, und der Server signiert alle Ketten einmal täglich.',
  statement: 'Auszug',
  statementText: 'Ihre Journaleinträge mit ihrem Nachweis. Sie lassen sich ohne diesen Server prüfen.',
  from: 'Ab',
  download: 'Auszug herunterladen',
  fileName: (day) => `auszug-ab-${day}.json`,
  saved: (count, until) => `Der Auszug hat ${count} Einträge, nachgewiesen bis ${until}.`,
  verify: 'Auf einem beliebigen Rechner prüfen',
  command: (file, key, account) => `npx --no stackgate verify ${file} --key '${key}' --account ${account}`,
  rules: 'Regeln',
  rulesText:
    'Prüfungen, ob die Daten dieses Kontos stimmig sind, zum Beispiel dass nicht mehr genutzt als gewährt wurde.',
  check: 'Regeln jetzt prüfen',
  allHold: (count) => `Alle ${count} Regeln sind eingehalten.`,
  broken: (count) => `${count} Regeln sind verletzt. Wenden Sie sich an den Betreiber dieses Servers.`,
  showRules: 'Regeln anzeigen',
  checked: (count) => `${count} geprüft`,
  failed: 'Das ist jetzt nicht möglich.',
}
