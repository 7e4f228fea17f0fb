// The chat in Go, two goroutines per client: names, lines, who comes and goes.
// go run chat.go [PORT [batch]]
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"sync"
)

var (
	lock   sync.Mutex               // guards the room, and the order of lines
	room   = map[chan string]bool{} // what each client has still to get
	guests int
)

// broadcast: the caller holds lock. Who is 1024 lines behind makes all wait.
func broadcast(sender chan string, text string) {
	for other := range room {
		if other != sender {
			other <- text
		}
	}
}

// write sends line by line, or, where `batch` is asked for, what waits in one go.
func write(conn net.Conn, out chan string) {
	buffered := bufio.NewWriterSize(conn, 16384)
	for text := range out {
		buffered.WriteString(text)
		if len(os.Args) < 3 || len(out) == 0 {
			buffered.Flush()
		}
	}
	conn.Close()
}

func serve(conn net.Conn) {
	out := make(chan string, 1024)
	go write(conn, out)
	lock.Lock()
	guests++
	name := fmt.Sprintf("guest-%d", guests)
	broadcast(out, "* "+name+" joined\n")
	room[out] = true
	lock.Unlock()
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		lock.Lock()
		broadcast(out, name+": "+lines.Text()+"\n")
		lock.Unlock()
	}
	lock.Lock()
	delete(room, out)
	broadcast(out, "* "+name+" left\n")
	lock.Unlock()
	close(out)
}

func main() {
	address := "127.0.0.1:5000"
	if len(os.Args) > 1 {
		address = "127.0.0.1:" + os.Args[1]
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("Listening on", listener.Addr())
	for {
		if conn, err := listener.Accept(); err == nil {
			go serve(conn)
		}
	}
}
