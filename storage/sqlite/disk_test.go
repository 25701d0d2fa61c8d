package sqlite_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"modernc.org/libc"
	codes "modernc.org/sqlite/lib"
)

// disk stands between SQLite and the file system of this process: it counts
// what is synced, and may refuse a write or a sync. It is SQLite's own VFS with
// two methods of its files replaced, as C would do it, hence the pointers.
type disk struct {
	// walSyncs counts the syncs of a log that have ended well.
	walSyncs atomic.Int64
	// refuse is asked before each write and sync; what it returns, if it is
	// not SQLITE_OK, is what the disk answers. Nil refuses nothing.
	refuse atomic.Pointer[func() int32]
	// skipSyncs syncs nothing: for tests of what is written, not of how durably,
	// which are many times faster for it on a busy machine.
	skipSyncs atomic.Bool
	// noSharedMemory is a file system on which a log cannot be used.
	noSharedMemory atomic.Bool

	// vfs and original are in C's memory, and so are the tables: SQLite does
	// arithmetic with what points to them.
	vfs, original uintptr

	mu     sync.Mutex
	tables map[tableKey]uintptr
}

// tableKey tells the tables of methods apart.
type tableKey struct {
	original uintptr
	log, old bool
}

// table is the methods of one kind of file. SQLite points to its beginning.
type table struct {
	methods  codes.Tsqlite3_io_methods
	original uintptr
	log      bool
}

// real is the methods that the table stands for.
func (t *table) real() *codes.Tsqlite3_io_methods {
	return at[codes.Tsqlite3_io_methods](t.original)
}

// theDisk is the one of this process: SQLite's own list of them is global, and
// a method finds no way to any other.
var theDisk = &disk{tables: make(map[tableKey]uintptr)}

// useDisk has every file that is opened from now on, until the test ends, go
// through the disk.
func useDisk(t testing.TB) *disk {
	t.Helper()
	d := theDisk
	d.install()
	t.Cleanup(func() {
		d.heal()
		d.noSharedMemory.Store(false)
		d.skipSyncs.Store(false)
		tls := libc.NewTLS()
		defer tls.Close()
		require.EqualValues(t, codes.SQLITE_OK, codes.Xsqlite3_vfs_register(tls, d.original, 1))
	})
	return d
}

// install makes the disk the default.
func (d *disk) install() {
	tls := libc.NewTLS()
	defer tls.Close()
	if d.original == 0 {
		d.original = codes.Xsqlite3_vfs_find(tls, 0)
		d.vfs = copied(tls, at[codes.Tsqlite3_vfs](d.original))
		vfs := at[codes.Tsqlite3_vfs](d.vfs)
		vfs.FzName, _ = libc.CString("jobledger-test")
		vfs.FxOpen = pointer(diskOpen)
	}
	codes.Xsqlite3_vfs_register(tls, d.vfs, 1)
}

// onEach has f decide on every write and sync.
func (d *disk) onEach(f func() int32) { d.refuse.Store(&f) }

// heal refuses nothing any more.
func (d *disk) heal() { d.refuse.Store(nil) }

func (d *disk) verdict() int32 {
	if f := d.refuse.Load(); f != nil {
		return (*f)()
	}
	return codes.SQLITE_OK
}

func diskOpen(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
	d := theDisk
	open := function[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](at[codes.Tsqlite3_vfs](d.original).FxOpen)
	rc := open(tls, d.original, name, file, flags, out)
	if f := at[codes.Tsqlite3_file](file); rc == codes.SQLITE_OK && f.FpMethods != 0 {
		f.FpMethods = d.methods(tls, f.FpMethods, flags&codes.SQLITE_OPEN_WAL != 0)
	}
	return rc
}

// methods returns the table that stands for an original one.
func (d *disk) methods(tls *libc.TLS, original uintptr, log bool) uintptr {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := tableKey{original, log, d.noSharedMemory.Load()}
	if d.tables[key] == 0 {
		t := table{methods: *at[codes.Tsqlite3_io_methods](original), original: original, log: log}
		t.methods.FxWrite, t.methods.FxSync = pointer(diskWrite), pointer(diskSync)
		if key.old {
			t.methods.FiVersion = 1 // knows nothing of shared memory
		}
		d.tables[key] = copied(tls, &t)
	}
	return d.tables[key]
}

// copied is a copy in C's memory, for good.
func copied[T any](tls *libc.TLS, value *T) uintptr {
	p := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*value)))
	*at[T](p) = *value
	return p
}

func diskWrite(tls *libc.TLS, file, from uintptr, amount int32, offset int64) int32 {
	if rc := theDisk.verdict(); rc != codes.SQLITE_OK {
		return rc
	}
	t := at[table](at[codes.Tsqlite3_file](file).FpMethods)
	return function[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](t.real().FxWrite)(tls, file, from, amount, offset)
}

func diskSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	if rc := theDisk.verdict(); rc != codes.SQLITE_OK {
		return rc
	}
	if theDisk.skipSyncs.Load() {
		return codes.SQLITE_OK
	}
	t := at[table](at[codes.Tsqlite3_file](file).FpMethods)
	rc := function[func(*libc.TLS, uintptr, int32) int32](t.real().FxSync)(tls, file, flags)
	if rc == codes.SQLITE_OK && t.log {
		theDisk.walSyncs.Add(1)
	}
	return rc
}

// at is what a C pointer points to.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// pointer is a declared function as C sees it, and function the way back.
func pointer[F any](f F) uintptr  { return *(*uintptr)(unsafe.Pointer(&f)) }
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }
