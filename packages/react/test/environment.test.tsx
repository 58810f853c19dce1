/** @jest-environment ./packages/react/test/environment.mjs */
import { render, screen } from '@testing-library/react'

describe('environment of component tests', () => {
  it('renders a component', () => {
    render(<p>Hello</p>)
    expect(screen.getByText('Hello').tagName).toBe('P')
  })
})
