import type { Translations } from '../translated.js'

export const proofWords: Translations['proofWords'] = {
  title: 'Prueba de sus datos',
  text: 'Cada entrada de su libro de movimientos está encadenada con la anterior, y el servidor firma todas las cadenas una vez al día.',
  statement: 'Extracto',
  statementText: 'Sus movimientos junto con lo que los prueba. Se puede verificar sin este servidor.',
  from: 'Desde',
  download: 'Descargar el extracto',
  fileName: (day) => `extracto-desde-${day}.json`,
  saved: (count, until) => `El extracto tiene ${count} entradas, probadas hasta ${until}.`,
  verify: 'Verificarlo en cualquier ordenador',
  command: (file, key, account) => `npx --no stackgate verify ${file} --key '${key}' --account ${account}`,
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
