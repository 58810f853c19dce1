import type { Translations } from '../translated.js'

export const packages: Translations['words']['plans']['packages'] = {
  title: 'Tarif erweitern',
  have: (quantity) => `Ihr Abonnement enthält ${quantity}.`,
  buy: 'Kaufen',
  buyNamed: (name) => `${name} kaufen`,
  add: 'Hinzufügen',
  addNamed: (name) => `${name} hinzufügen`,
  remove: 'Entfernen',
  removeNamed: (name) => `${name} entfernen`,
  addText: (price) => `${price}. Der Rest des Zeitraums wird jetzt über die Zahlungsmethode des Abonnements abgebucht.`,
  removeText: 'Es endet sofort. Seine Limits und sein Guthaben enden mit ihm.',
  keep: 'Abbrechen',
  needsSubscription: 'Es ergänzt ein Abonnement: Wählen Sie zuerst einen Tarif.',
}
