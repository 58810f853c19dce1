import type { EntityManager } from '@mikro-orm/postgresql'
import { PackageVersionSchema } from '#entities/catalog/package-version.entity.js'
import { PackageSchema } from '#entities/catalog/package.entity.js'
import { ProductSchema } from '#entities/catalog/product.entity.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { PackageDefinition } from '../definition/types.js'
import { packageVersionFingerprint } from '../versions/package-version.js'

/** Writes a package as the file says it, and sells it (again). Other terms make a version; other words change the latest one. */
export async function putPackage(em: EntityManager, definition: PackageDefinition, fingerprint: string): Promise<void> {
  const { id, productId } =
    (await em.findOne(PackageSchema, { code: definition.code })) ?? (await create(em, definition))
  await em.nativeUpdate(PackageSchema, { id }, { type: definition.type, fingerprint, active: true })
  await em.nativeUpdate(ProductSchema, { id: productId }, { name: definition.name, active: true })
  await putVersion(em, id, definition)
}

async function create(
  em: EntityManager,
  { code, name, type }: PackageDefinition,
): Promise<{ id: string; productId: string }> {
  const productId = newId('prd')
  const id = newId('pkg')
  await em.insert(ProductSchema, { id: productId, type: 'PACKAGE', code, name })
  await em.insert(PackageSchema, { id, code, type, productId, fingerprint: '' })
  return { id, productId }
}

async function putVersion(em: EntityManager, packageId: string, definition: PackageDefinition): Promise<void> {
  const [latest] = await em.find(PackageVersionSchema, { packageId }, { orderBy: { version: 'desc' }, limit: 1 })
  const fingerprint = packageVersionFingerprint(definition)
  const terms = definition as unknown as Record<string, unknown>
  if (latest?.fingerprint === fingerprint) await em.nativeUpdate(PackageVersionSchema, { id: latest.id }, { terms })
  else
    await em.insert(PackageVersionSchema, {
      id: newId('pkv'),
      packageId,
      version: (latest?.version ?? 0) + 1,
      fingerprint,
      terms,
    })
}

/** Owners keep the package; it cannot be purchased any more. */
export async function deactivatePackage(em: EntityManager, code: string): Promise<void> {
  const { id, productId } = await em.findOneOrFail(PackageSchema, { code })
  await em.nativeUpdate(PackageSchema, { id }, { active: false })
  await em.nativeUpdate(ProductSchema, { id: productId }, { active: false })
}
