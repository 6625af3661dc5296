import { expect, test } from "vitest";
import { escapeHtml, html, prose } from "../../src/html/escape-html.ts";
import { bar, fold, heading, page, scroller } from "../../src/html/page.ts";

test("text is escaped for content and for attributes in quotes, and neutralised", () => {
  expect(escapeHtml(`<img src=x onerror="a('b')"> & \u001b[31mred\u001b[0m \u202eback\n::error::x`)).toBe(
    "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt; &amp; red back\n: :error::x",
  );
});

test("a template escapes every value that no template made, in lists too", () => {
  const evil = '"><script>';
  const made = html`<b title="${evil}">${[evil, html`<i>${evil}</i>`, [3, undefined]]}</b>`;
  expect(String(made)).toBe(
    '<b title="&quot;&gt;&lt;script&gt;">&quot;&gt;&lt;script&gt;<i>&quot;&gt;&lt;script&gt;</i>3</b>',
  );
});

test("nothing that only looks like a template's HTML passes for it", () => {
  const forged = JSON.parse('{"text":"<script>","length":1,"0":"<script>"}');
  expect(() => html`${forged}`).toThrow();
});

test("names in backticks are code, and a backtick alone is only that", () => {
  expect(String(prose("`db` is on `<front>`, not ` alone"))).toBe(
    "<code>db</code> is on <code>&lt;front&gt;</code>, not ` alone",
  );
});

test("a page forbids scripts and requests, and takes its title for text", () => {
  const text = page({ title: "</title><script>", head: html`<h1>x</h1>`, body: "::error::x", foot: "end" });
  expect(text).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  expect(text).toContain("<title>&lt;/title&gt;&lt;script&gt;</title>");
  expect(text).not.toMatch(/<script|<link|https?:|^\s*::/m);
  expect(text.endsWith("</html>\n")).toBe(true);
});

test("the parts of a page", () => {
  expect(String(heading(3, "A & B", "r1-a"))).toBe('<h3 id="r1-a">A &amp; B</h3>');
  expect(String(fold("<more>", "text"))).toBe("<details><summary>&lt;more&gt;</summary>text</details>");
  expect(String(scroller('"lines"', "text"))).toContain('aria-label="&quot;lines&quot;"');
  expect(String(bar(0.5))).toContain('class="full" width="50.0%"');
  expect(String(bar(7))).toContain('class="full" width="100.0%"');
});
