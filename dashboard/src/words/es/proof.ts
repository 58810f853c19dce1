import type { Translations } from '../translated.js'

export const proofWords: Translations['proofWords'] = {
  title: 'Prueba de sus datos',
  text: 'Cada entrada de su libro de movimientos está encadenada con la anterior, y el servidor firma todas las cadenas una vez al día.',
  rules: 'Reglas',
  rulesText:
    'Comprobaciones de coherencia de los datos de esta cuenta, por ejemplo, que no se use más de lo concedido.',
  check: 'Comprobar las reglas ahora',
  allHold: (count) => `Se cumplen las ${count} reglas.`,
  broken: (count) => `${count} reglas no se cumplen. Póngase en contacto con el operador de este servidor.`,
  showRules: 'Mostrar las reglas',
  checked: (count) => `${count} comprobados`,
  failed: 'Ahora no es posible.',
}
