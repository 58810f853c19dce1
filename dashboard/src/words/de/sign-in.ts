import type { Translations } from '../translated.js'

export const signInWords: Translations['signInWords'] = {
  text: (provider) => `Sie melden sich bei ${provider} an und kehren zu dieser Seite zurück.`,
  again: 'Erneut anmelden',
  notSetUp: 'Die Anmeldung ist auf diesem Server nicht eingerichtet: Die Einstellung DASHBOARD_CLIENT_ID fehlt.',
  detail: (detail) => `Für den Betreiber dieses Servers: ${detail}`,
  endedTitle: 'Ihre Anmeldung ist abgelaufen',
  endedText: (email) =>
    `Melden Sie sich erneut als ${email} an, um fortzufahren. Dafür öffnet sich ein neues Fenster; diese Seite bleibt, mit allem, was Sie eingegeben haben.`,
  problems: {
    denied:
      'Die Anmeldung wurde abgelehnt. Melden Sie sich erneut an, oder bitten Sie den Betreiber dieses Servers um Zugang.',
    ended: 'Ihre Anmeldung ist abgelaufen.',
    notBegun: 'Diese Anmeldung wurde nicht in diesem Fenster begonnen oder bereits verwendet.',
    providerAway: 'Der Anmeldedienst antwortet nicht. Versuchen Sie es gleich noch einmal.',
    invalidResponse: 'Der Anmeldedienst hat mit einem Fehler geantwortet.',
    tokenRejected:
      'Sie haben sich angemeldet, aber dieser Server akzeptiert das Token des Anmeldedienstes nicht: Es ist für einen anderen Server bestimmt, oder ihm fehlt eine E-Mail-Adresse.',
    serverAway:
      'Sie haben sich angemeldet, aber dieser Server hat nicht geantwortet. Versuchen Sie es gleich noch einmal.',
    otherPerson:
      'Sie haben sich als eine andere Person angemeldet. Melden Sie sich als die Person dieser Seite an, oder melden Sie sich ab.',
    personChanged:
      'In diesem Browser hat sich eine andere Person beim Anmeldedienst angemeldet. Melden Sie sich erneut an, um als diese Person fortzufahren.',
    windowDone: 'Sie sind wieder angemeldet. Sie können dieses Fenster schließen.',
  },
  product:
    'Dieser Server verkauft Tarife, Pakete und Vorlagen, nimmt die Zahlungen entgegen, zählt die Nutzung und sagt bei jeder Ablehnung, was zu tun ist.',
}
