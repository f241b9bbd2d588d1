-- The same load for wrk: a point read of a random key; its result as one line of JSON.
local session = os.getenv("BENCH_SESSION")
local headers = { ["Content-Type"] = "application/json" }

function init()
  math.randomseed(os.time())
end

function request()
  local body = string.format('{"session_id":"%s","sql":"select balance from accounts where id = %d"}', session, math.random(10000, 99999))
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  local e = summary.errors
  print(string.format('RESULT {"requests":%d,"microseconds":%d,"p50":%f,"p99":%f,"errors":%d}', summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.status + e.connect + e.read + e.write + e.timeout))
end
