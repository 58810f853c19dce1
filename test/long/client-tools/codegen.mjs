/** GraphQL Code Generator with the preset `client`, as docs/live.md configures the scalars. */
export default {
  schema: 'schema.graphql',
  documents: 'documents/*.graphql',
  generates: {
    'generated/codegen/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: {
          DateTime: 'string',
          SafeInt: 'number',
          CurrencyCode: 'string',
          Decimal: 'string',
          EmailAddress: 'string',
          URL: 'string',
          JSON: 'unknown',
        },
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
}
