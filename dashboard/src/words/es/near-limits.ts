import type { Translations } from '../translated.js'

export const nearLimitWords: Translations['nearLimitWords'] = {
  of: (used, limit) => `${used} de ${limit}`,
  nothingLeft: 'No queda nada.',
  nothingUntil: (date) => `No queda nada hasta el ${date}.`,
  used: (feature, used, limit) => `${feature}: ${used} de ${limit} usados.`,
  over: (feature, used, limit) => `${feature}: ${used} usados; el límite es ${limit}.`,
  plans: 'Ver planes y paquetes',
  limits: 'Ver los límites',
  hide: 'Ocultar hasta que cambie',
}
