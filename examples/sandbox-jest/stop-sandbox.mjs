/** Fails the run if the sandbox broke the schema of a provider. */
export default async function stopSandbox() {
  const { violations } = globalThis.paymentSandbox
  await globalThis.paymentSandbox.close()
  if (violations.length > 0) throw new Error(violations.join('\n'))
}
