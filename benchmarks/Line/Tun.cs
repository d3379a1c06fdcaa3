using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace KinescopeBenchmarks.Line;

/// <summary>
/// A network device of Linux whose other end is this process: what the kernel sends there is read here, and what is written here the
/// kernel receives. It goes when its process ends.
/// </summary>
/// <remarks>
/// As from a network card, the kernel hands over many segments of one connection as one, of at most 64 KiB, with a header of its own before
/// them (<c>virtio_net_hdr</c>). Source: the kernel's Documentation/networking/tuntap.rst, linux/if_tun.h, linux/virtio_net.h.
/// </remarks>
internal sealed class Tun
{
    /// <summary>The most that one read brings. Unit: bytes.</summary>
    public const int MaxRead = HeaderSize + 65535;

    /// <summary>The header before each packet. Unit: bytes.</summary>
    public const int HeaderSize = 10;

    private const int ReadWrite = 2, NonBlocking = 0x800, CloseOnExec = 0x80000, TryAgain = 11;
    private const uint SetInterface = 0x400454ca, SetOffload = 0x400454d0;
    private const short IsIp = 0x0001, HasNoProtocol = 0x1000, HasHeader = 0x4000;
    private const nint Checksums = 1, Segments = 2;

    private Tun(string name, int handle) => (Name, Handle) = (name, handle);

    public string Name { get; }

    public int Handle { get; }

    /// <summary>Makes one in the network namespace of the calling thread.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static Tun Create(string name)
    {
        var handle = Open("/dev/net/tun", ReadWrite | NonBlocking | CloseOnExec);
        if (handle < 0)
            throw new Win32Exception();
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), (short)(IsIp | HasNoProtocol | HasHeader));
        if (Control(handle, SetInterface, request) < 0 || Control(handle, SetOffload, Checksums | Segments) < 0)
            throw new Win32Exception();
        return new Tun(name, handle);
    }

    /// <summary>Reads what the kernel sent; 0 where there is nothing.</summary>
    public int Read(Span<byte> buffer) => (int)Done(Read(Handle, ref MemoryMarshal.GetReference(buffer), buffer.Length));

    /// <summary>Hands a packet to the kernel.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        if (Done(Write(Handle, ref MemoryMarshal.GetReference(packet), packet.Length)) != packet.Length)
            throw new IOException($"{Name} did not take a packet.");
    }

    private static nint Done(nint count) => count >= 0 ? count : Marshal.GetLastPInvokeError() == TryAgain ? 0 : throw new Win32Exception();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(int handle, nuint request, byte[] value);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(int handle, nuint request, nint value);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(int handle, ref byte buffer, nint count);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int handle, ref readonly byte buffer, nint count);
}
