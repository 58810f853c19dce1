import type { Translations } from '../translated.js'

export const negotiatedWords: Translations['negotiatedWords'] = {
  title: 'Angebot für Sie',
  terms: (plan, price) => `${plan} für ${price}`,
  units: (quantity) => `${quantity} Einheiten`,
  periods: (count) => `Der Preis gilt für ${count} Zeiträume.`,
  until: (date) => `Der Preis gilt für Zeiträume, die vor dem ${date} beginnen.`,
  follows: (price) => `Danach kostet der Tarif ${price}.`,
  expires: (date) => `Sie können das Angebot bis zum ${date} annehmen.`,
  features: 'Bedingungen dieses Angebots',
  without: (feature) => `Ohne ${feature}`,
  accept: 'Angebot annehmen',
  active: (price, date) => `Sie zahlen einen vereinbarten Preis von ${price}. Er gilt bis zum ${date}.`,
}
