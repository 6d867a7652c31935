# Prints a result.json as Markdown. ci-summary passes the maximum number of rows of a table.

# a text from outside in a cell of a table: shown as it is, with Markdown escaped
def cell: tostring | gsub("[[:cntrl:]]+"; " ") | .[0:200] | gsub("(?<it>[!-/:-@\\[-`{-~])"; "\\" + .it);
def rounded: if . == null then "" elif fabs >= 100 then round elif fabs >= 1 then . * 10 | round / 10 else . * 1000 | round / 1000 end | tostring;
def percent($of): if $of == 0 then "0 %" else "\(100 * . / $of * 100 | round / 100) %" end;
def bar($cells): "| " + ($cells | join(" | ")) + " |";
def capped($more): .[0:$rows][], if length > $rows then "", "… and \(length - $rows) more \($more): see result.json." else empty end;

(.totals.requests // 0) as $requests
| "**\(.verdict.outcome | ascii_upcase) — \($requests) requests**, \(.totals.failures // 0 | percent($requests)) failed, "
  + "\(.totals.rps // 0 | rounded) a second, p95 \(.totals.latencyMs.p95 // 0 | rounded) ms, \((.durationMs // 0) / 1000 | rounded) s, "
  + "at most \(.users.peak // 0) users",
"",
(.verdict.findings // []
 | if length == 0 then empty else
     bar(["", "what was judged", "value", "limit"]), bar(["---", "---", "--:", "--:"]),
     (sort_by({ broken: 0, failed: 1, passed: 2 }[.outcome] // 0)
      | map(bar([.outcome, (.text | cell), (.value | rounded), (.limit | rounded)])) | capped("findings")),
     ""
   end),
(.requests // []
 | if length == 0 then empty else
     bar(["request", "requests", "failures", "p50 ms", "p95 ms", "p99 ms"]), bar(["---", "--:", "--:", "--:", "--:", "--:"]),
     (map(bar([("\(.method) \(.name)" | cell), .requests, .failures, (.latencyMs.p50, .latencyMs.p95, .latencyMs.p99 | rounded)] | map(tostring)))
      | capped("requests")),
     ""
   end)
