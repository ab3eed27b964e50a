// floor: what any relay has to pay. One epoll loop, recv then send, no parsing, TCP_NODELAY. Memory per pair
// is two small structs; bytes that a peer does not take at once are kept aside and the sender is not read.
//
// usage: floor BACKEND_PORT    (listens on a port of the kernel's choice and prints it)

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kBuffer = 64 * 1024, kEvents = 64 };

struct side {
  int fd;
  struct side* peer;
  char* kept;  // bytes that this side has still to be sent
  size_t kept_size;
  int closed;
};

static int epoll_fd;
static struct sockaddr_in backend;
static char buffer[kBuffer];
// Pairs that ended in this batch of events: freed after it, because later events may still point at them.
static struct side* ended[2 * kEvents];
static int ended_count;

static struct sockaddr_in loopback(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void die(const char* what) {
  perror(what);
  exit(1);
}

static void watch(struct side* side, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = side};
  epoll_ctl(epoll_fd, operation, side->fd, &event);
}

static void end_pair(struct side* side) {
  if (side->closed) return;
  struct side* both[2] = {side, side->peer};
  for (int i = 0; i < 2; ++i) {
    close(both[i]->fd);
    both[i]->closed = 1;
    ended[ended_count++] = both[i];
  }
}

static void free_ended(void) {
  while (ended_count > 0) {
    struct side* side = ended[--ended_count];
    free(side->kept);
    free(side);
  }
}

static void set_no_delay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static struct side* new_side(int fd) {
  struct side* side = calloc(1, sizeof *side);
  if (!side) die("calloc");
  side->fd = fd;
  set_no_delay(fd);
  return side;
}

static void accept_one(int listener) {
  int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (client < 0) return;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  // Blocking connect: over loopback it returns at once.
  if (server < 0 || connect(server, (struct sockaddr*)&backend, sizeof backend) < 0) {
    close(client);
    if (server >= 0) close(server);
    return;
  }
  struct side* a = new_side(client);
  struct side* b = new_side(server);
  a->peer = b;
  b->peer = a;
  watch(a, EPOLLIN, EPOLL_CTL_ADD);
  watch(b, EPOLLIN, EPOLL_CTL_ADD);
}

// Sends what it can; the rest is kept, and the other side is not read until it is gone.
static void forward(struct side* to, const char* data, size_t size) {
  ssize_t sent = send(to->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) return end_pair(to);
  size_t done = sent < 0 ? 0 : (size_t)sent;
  if (done == size) return;
  if (!to->kept) to->kept = malloc(kBuffer);
  if (!to->kept) die("malloc");
  to->kept_size = size - done;
  memcpy(to->kept, data + done, to->kept_size);
  watch(to, EPOLLOUT, EPOLL_CTL_MOD);
  watch(to->peer, 0, EPOLL_CTL_MOD);
}

static void readable(struct side* from) {
  ssize_t got = recv(from->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return end_pair(from);
  forward(from->peer, buffer, (size_t)got);
}

static void writable(struct side* to) {
  ssize_t sent = send(to->fd, to->kept, to->kept_size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    if (errno != EAGAIN) end_pair(to);
    return;
  }
  to->kept_size -= (size_t)sent;
  memmove(to->kept, to->kept + sent, to->kept_size);
  if (to->kept_size > 0) return;
  free(to->kept);
  to->kept = NULL;
  watch(to, EPOLLIN, EPOLL_CTL_MOD);
  watch(to->peer, EPOLLIN, EPOLL_CTL_MOD);
}

static void serve(struct epoll_event* event, int listener) {
  struct side* side = event->data.ptr;
  if (!side) return accept_one(listener);
  if (side->closed) return;
  if (event->events & EPOLLOUT) return writable(side);
  if (event->events & EPOLLIN) return readable(side);
  end_pair(side);
}

static int start_listening(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, size) < 0 || listen(listener, 4096) < 0)
    die("listen");
  getsockname(listener, (struct sockaddr*)&address, &size);
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: floor BACKEND_PORT\n");
    return 2;
  }
  backend = loopback((uint16_t)atoi(argv[1]));
  epoll_fd = epoll_create1(0);
  int listener = start_listening();
  struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &listening);
  for (;;) {
    struct epoll_event events[kEvents];
    int count = epoll_wait(epoll_fd, events, kEvents, -1);
    for (int i = 0; i < count; ++i) serve(&events[i], listener);
    free_ended();
  }
}
