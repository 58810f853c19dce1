interface TabsProps<Name extends string> {
  /** Name of the choice, for screen readers. */
  readonly label: string
  readonly tabs: readonly { readonly value: Name; readonly label: string }[]
  readonly value: Name
  readonly onChange: (value: Name) => void
}

/** Parts of a page, of which one is shown. The address has the chosen one, so each is a place of its own. */
export const Tabs = <Name extends string>({ label, tabs, value: chosen, onChange }: TabsProps<Name>) => (
  <nav className="views" aria-label={label}>
    {tabs.map(({ value, label: text }) => (
      <button
        key={value}
        type="button"
        aria-current={value === chosen ? 'true' : undefined}
        onClick={() => onChange(value)}
      >
        {text}
      </button>
    ))}
  </nav>
)
