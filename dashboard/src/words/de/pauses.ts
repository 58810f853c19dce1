import type { Translations } from '../translated.js'

export const pauseWords: Translations['pauseWords'] = {
  pause: 'Pausieren',
  pauseTitle: 'Abonnement pausieren?',
  pauseText: (paid, until) => `Vom ${paid} bis zum ${until} wird nichts berechnet. Danach läuft es von selbst weiter.`,
  pauseAccess: {
    kept: 'Der Tarif bleibt in dieser Zeit nutzbar.',
    suspended: 'Der Tarif ist in dieser Zeit gesperrt.',
  },
  paused: (until) => (until ? `Pausiert bis zum ${until}.` : 'Pausiert.'),
  awaitsPayment: (date) => `Wieder aktiv mit der Zahlung am ${date}.`,
  usableUntil: (date) => `Sie können den Tarif bis zum ${date} nutzen.`,
  endPause: 'Fortsetzen',
  endPauseTitle: 'Abonnement fortsetzen?',
  dueNow: (amount) => `${amount} werden jetzt berechnet.`,
  nothingDue: 'Jetzt wird nichts berechnet.',
}
