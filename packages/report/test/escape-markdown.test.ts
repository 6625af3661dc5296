import { expect, test } from "vitest";
import { codeSpan, escapeMarkdown, fence, proseMarkdown, tableCell } from "../src/index.ts";

test.each([
  ["*a* _b_ `c` ~~d~~ [e](f) ![g](h)", "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\[e\\](f) !\\[g\\](h)"],
  ["<img src=x onerror=y> &lt; <!-- -->", "&lt;img src=x onerror=y&gt; &amp;lt; &lt;!-- --&gt;"],
  ["hello @octocat and a@b.example", "hello @&#8203;octocat and a@&#8203;b.example"],
  ["fixes #12, GH-7 and o/r#3", "fixes \\#&#8203;12, GH-&#8203;7 and o/r\\#&#8203;3"],
  ["https://a.example www.b.example ftp://c", "https:&#8203;//a.example www&#8203;.b.example ftp:&#8203;//c"],
  [":tada: 10:20", ":&#8203;tada: 10:20"],
  ["$a$ and $$b$$", "<span>$</span>a<span>$</span> and <span>$</span><span>$</span>b<span>$</span><span>$</span>"],
  ["a | b", "a &#124; b"],
  ["# a", "\\# a"],
  ["- a", "\\- a"],
  ["12. a", "12\\. a"],
  ["one\n\ntwo", "one<br>two"],
  ["us\u202eer\u200b\u0007\u001b[31m", "user"],
])("text %j is only text", (text, expected) => {
  expect(escapeMarkdown(text)).toBe(expected);
});

test.each([
  ["a", "`a`"],
  ["a`b", "``a`b``"],
  ["`a` ``b``", "``` `a` ``b`` ```"],
  ["a\n b", "`a b`"],
  [" a", "`  a `"],
  ["", "(empty)"],
  [" \n", "(empty)"],
  ["@octocat #12 <b>", "`@octocat #12 <b>`"],
])("code %j cannot be ended from within", (text, expected) => {
  expect(codeSpan(text)).toBe(expected);
});

test.each([
  ["`db` joins `a` | *b*", "`db` joins `a` &#124; \\*b\\*"],
  ["a `b` c ` d", "a `b` c \\` d"],
  ["``` is no name", "\\`\\`\\` is no name"],
  ["`@octocat` is @octocat", "`@octocat` is @&#8203;octocat"],
])("names in backticks stay code: %j", (text, expected) => {
  expect(proseMarkdown(text)).toBe(expected);
});

test("a block is longer than any run of backticks in it", () => {
  expect(fence("a\n````\n</details>\n", "sh")).toBe("`````sh\na\n````\n</details>\n`````");
  expect(fence("::error::x")).toBe("```\n: :error::x\n```");
});

test("what stands in a cell cannot begin another", () => {
  expect(tableCell(codeSpan("a|b"))).toBe("`a\\|b`");
});

test("what is too long is cut, and counted", () => {
  expect(escapeMarkdown("a".repeat(2005))).toBe(`${"a".repeat(2000)}… (5 characters left out)`);
});
