import type { Transaction } from '#services/kernel/database/database.js'
import type { PackageDefinition } from '../definition/types.js'
import { packageVersionFingerprint } from '../versions/version-fingerprints.js'
import { insertProducts, updateProduct } from './write-products.js'

interface PackageKeys {
  readonly id: string
  readonly productId: string
}

/** Writes a package as the file defines it, and sells it (again). Other terms make a version; other texts change the latest one. */
export async function putPackage(
  transaction: Transaction,
  definition: PackageDefinition,
  fingerprint: string,
): Promise<void> {
  const { code, name, type } = definition
  const { id, productId } = (await findPackage(transaction, code)) ?? (await insertPackage(transaction, definition))
  await transaction.query.updateTable('package').set({ type, fingerprint, active: true }).where('id', '=', id).execute()
  await updateProduct(transaction, productId, { name, active: true })
  await putVersion(transaction, id, definition)
}

const findPackage = (transaction: Transaction, code: string): Promise<PackageKeys | undefined> =>
  transaction.query.selectFrom('package').select(['id', 'productId']).where('code', '=', code).executeTakeFirst()

async function insertPackage(transaction: Transaction, { code, name, type }: PackageDefinition): Promise<PackageKeys> {
  const [productId, id] = [transaction.newId('prd'), transaction.newId('pkg')]
  await insertProducts(transaction, [{ id: productId, type: 'PACKAGE', code, name }])
  await transaction.query.insertInto('package').values({ id, code, type, productId, fingerprint: '' }).execute()
  return { id, productId }
}

async function putVersion(transaction: Transaction, packageId: string, definition: PackageDefinition): Promise<void> {
  const latest = await transaction.query
    .selectFrom('package_version')
    .selectAll()
    .where('packageId', '=', packageId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const fingerprint = packageVersionFingerprint(definition)
  const terms = { ...definition }
  if (latest?.fingerprint === fingerprint)
    await transaction.query.updateTable('package_version').set({ terms }).where('id', '=', latest.id).execute()
  else
    await transaction.query
      .insertInto('package_version')
      .values({ id: transaction.newId('pkv'), packageId, version: (latest?.version ?? 0) + 1, fingerprint, terms })
      .execute()
}

/** Owners keep the package; it cannot be purchased any more. */
export async function deactivatePackage(transaction: Transaction, code: string): Promise<void> {
  const { productId } = await transaction.query
    .updateTable('package')
    .set({ active: false })
    .where('code', '=', code)
    .returning('productId')
    .executeTakeFirstOrThrow()
  await updateProduct(transaction, productId, { active: false })
}
