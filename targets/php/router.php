<?php
// Events in a file that every worker reads: run by run.sh.
//
//   POST /publish          appends the body as a line
//   GET  /events           Server-Sent Events; the id of one is where it ends in the file
//   GET  /poll?after=ID    the lines after ID, whose last is the header X-Cursor
declare(strict_types=1);

const LOOK = 20_000; // microseconds between two looks at the file

$file = getenv('EVENTS_DIR') . '/events';
touch($file);

/** The whole lines that begin at $offset. */
function lines(string $file, int $offset): string
{
    $in = fopen($file, 'r');
    flock($in, LOCK_SH); // no half line
    fseek($in, $offset);
    $text = stream_get_contents($in);
    fclose($in);
    return $text;
}

function publish(string $file): void
{
    $line = strtr(file_get_contents('php://input'), "\r\n", '  ') . "\n";
    file_put_contents($file, $line, FILE_APPEND | LOCK_EX);
    http_response_code(204);
}

function poll(string $file): void
{
    $text = lines($file, (int) ($_GET['after'] ?? 0));
    header('Content-Type: application/x-ndjson');
    header('Cache-Control: no-cache');
    header('X-Cursor: ' . ((int) ($_GET['after'] ?? 0) + strlen($text)));
    header('Content-Length: ' . strlen($text));
    echo $text;
}

function events(string $file): never
{
    header('Content-Type: text/event-stream');
    header('Cache-Control: no-cache');
    header('X-Accel-Buffering: no');
    set_time_limit(0);
    while (ob_get_level() > 0) { // Debian's php.ini has output_buffering
        ob_end_clean();
    }
    clearstatcache();
    $offset = (int) ($_SERVER['HTTP_LAST_EVENT_ID'] ?? filesize($file));
    send(": open\n\n");
    for ($quiet = 0; ; $quiet++) {
        clearstatcache();
        if (filesize($file) <= $offset) {
            usleep(LOOK);
            if ($quiet * LOOK >= 15_000_000) { // only a write tells that the client has left
                send(":\n\n");
                $quiet = 0;
            }
            continue;
        }
        $quiet = 0;
        foreach (explode("\n", rtrim(lines($file, $offset), "\n")) as $line) {
            $offset += strlen($line) + 1;
            send("id: $offset\ndata: $line\n\n");
        }
    }
}

/** Writes and flushes; PHP ends the script here when the client has left. */
function send(string $text): void
{
    echo $text;
    flush();
}

match ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    'POST /publish' => publish($file),
    'GET /poll' => poll($file),
    'GET /events' => events($file),
    default => http_response_code(404),
};
