/** Values of a catalog file. `catalog-schema.ts` derives them from the schema of the server and its reference. */
declare module 'catalog:schema' {
  const schema: import('../catalog-schema.js').CatalogSchema
  export default schema
}
