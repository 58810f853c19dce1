import type { Translations } from '../translated.js'

export const proofWords: Translations['proofWords'] = {
  title: 'Nachweis Ihrer Daten',
  text: 'Jeder Eintrag Ihres Buchungsjournals ist mit dem vorherigen verkettet, und der Server signiert alle Ketten einmal täglich.',
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
