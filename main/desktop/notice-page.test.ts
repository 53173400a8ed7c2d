import { expect, it } from 'vitest'
import { noticePolicy, renderNotice } from './notice-page.ts'

it('shows text as text, whatever it holds', () => {
  const html = renderNotice({
    language: 'en',
    title: '<b>',
    sections: [{ head: '"x"', text: `<script>alert('1')</script> & more` }],
    actions: [{ action: 'a"b', label: '<i>' }],
    refreshSeconds: null,
  })
  expect(html).not.toMatch(/<script|<b>|<i>|a"b/)
  expect(html).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; more')
  expect(html).not.toContain('http-equiv')
})

it('may run nothing and load nothing', () => {
  expect(noticePolicy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'/)
})
