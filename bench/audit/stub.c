// An engine that costs next to nothing. Usage: stub SOCKET LIST
// Answers /_ping, /containers/json (with the JSON of the file LIST, one chunk, as the engine sends it), any create, any
// DELETE, any other POST (with how long its body was), and /images/N/get with N bytes in chunks. Keep-alive, pipelining.
#include "http.h"
#include <signal.h>
#include <sys/epoll.h>

enum { READ_MAX = 1 << 18, CHUNK_BYTES = 32768, CHUNK_FRAMED = CHUNK_BYTES + 8, CHUNKS = 8 };

#define COMMON "Api-Version: 1.41\r\nOstype: linux\r\nServer: Docker/20.10.24 (linux)\r\nDate: Mon, 02 Nov 2026 10:00:00 GMT\r\n"
#define JSON "Content-Type: application/json\r\n"

struct connection {
  int fd;
  unsigned long long download, sent; // framed bytes in all, and of them sent
  struct message request;
};

static int loop;
static char input[READ_MAX], chunks[CHUNKS * CHUNK_FRAMED], *list;
static size_t list_length;

static void load_list(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) die(path);
  static char body[1 << 20];
  size_t length = fread(body, 1, sizeof body, file);
  fclose(file);
  list = malloc(length + 1024);
  list_length = sprintf(list, "HTTP/1.1 200 OK\r\n" COMMON JSON "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", length);
  memcpy(list + list_length, body, length);
  list_length += length;
  memcpy(list + list_length, "\r\n0\r\n\r\n", 7);
  list_length += 7;
}

static void send_all(struct connection *c, const char *bytes, size_t count) {
  for (size_t sent = 0; sent < count;) {
    ssize_t n = write(c->fd, bytes + sent, count - sent);
    if (n >= 0) sent += n;
    else if (errno == EAGAIN) usleep(20);
    else return; // the peer is gone, which the next read will tell
  }
}

static void on_writable(struct connection *c) {
  while (c->sent < c->download) {
    size_t at = c->sent % sizeof chunks, left = c->download - c->sent;
    ssize_t n = write(c->fd, chunks + at, left < sizeof chunks - at ? left : sizeof chunks - at);
    if (n < 0) return;
    c->sent += n;
  }
  send_all(c, "0\r\n\r\n", 5);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(loop, EPOLL_CTL_MOD, c->fd, &event);
}

static void answer(struct connection *c) {
  const char *head = c->request.head;
  char text[1024];
  const char *get = strstr(head, "/images/");
  if (strstr(head, "/_ping"))
    send_all(c, text, sprintf(text, "HTTP/1.1 200 OK\r\n" COMMON "Cache-Control: no-cache, no-store, must-revalidate\r\n"
                                    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nOK"));
  else if (strstr(head, "/containers/json")) send_all(c, list, list_length);
  else if (strstr(head, "/containers/create"))
    send_all(c, text, sprintf(text, "HTTP/1.1 201 Created\r\n" COMMON JSON "Content-Length: 88\r\n\r\n"
                                    "{\"Id\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"Warnings\":[]}\n"));
  else if (!strncmp(head, "DELETE", 6)) send_all(c, text, sprintf(text, "HTTP/1.1 204 No Content\r\n" COMMON "\r\n"));
  else if (!strncmp(head, "GET", 3) && get) {
    c->download = strtoull(get + 8, NULL, 10) / CHUNK_BYTES * CHUNK_FRAMED;
    c->sent = 0;
    send_all(c, text, sprintf(text, "HTTP/1.1 200 OK\r\n" COMMON "Content-Type: application/x-tar\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n"));
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
    epoll_ctl(loop, EPOLL_CTL_MOD, c->fd, &event);
  } else {
    char body[64];
    int length = sprintf(body, "{\"stream\":\"%llu\"}\r\n", c->request.body);
    send_all(c, text, sprintf(text, "HTTP/1.1 200 OK\r\n" COMMON JSON "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
                              length, body));
  }
}

static void on_readable(struct connection *c) {
  ssize_t n = read(c->fd, input, sizeof input);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    close(c->fd);
    free(c);
    return;
  }
  for (size_t at = 0; at < (size_t)n;) {
    at += follow(&c->request, input + at, n - at);
    if (c->request.part != WHOLE) break;
    answer(c);
    start_message(&c->request);
  }
}

static void on_connections(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    struct connection *c = malloc(sizeof *c);
    c->fd = fd;
    start_message(&c->request);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  signal(SIGPIPE, SIG_IGN);
  load_list(argv[2]);
  for (int i = 0; i < CHUNKS; i++) {
    memset(chunks + i * CHUNK_FRAMED, 'x', CHUNK_FRAMED);
    memcpy(chunks + i * CHUNK_FRAMED, "8000\r\n", 6);
    memcpy(chunks + (i + 1) * CHUNK_FRAMED - 2, "\r\n", 2);
  }
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = address_of(argv[1]);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) die(argv[1]);
  loop = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
  epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(loop, events, 256, -1);
    for (int i = 0; i < count; i++) {
      if (!events[i].data.ptr) on_connections(listener);
      else if (events[i].events & EPOLLOUT) on_writable(events[i].data.ptr);
      else on_readable(events[i].data.ptr);
    }
  }
}
