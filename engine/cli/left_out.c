/* What the archives of other libraries ask for and a program that is linked statically can do
 * without; only such a program has this file.
 *
 * hwloc's would load plugins, and ask libudev, of which there is no archive, for the names of
 * disks; topo/discover.c wants neither. The functions answer as if nothing could be found. */
#include <stddef.h>

struct udev;
struct udev_device;

void *nb_left_out_dlopen(const char *file, int mode); /* the linker knows it as dlopen */
struct udev *udev_new(void);
struct udev *udev_unref(struct udev *udev);
struct udev_device *udev_device_new_from_subsystem_sysname(struct udev *udev, const char *subsystem,
                                                           const char *name);
struct udev_device *udev_device_unref(struct udev_device *device);
const char *udev_device_get_property_value(struct udev_device *device, const char *key);

void *nb_left_out_dlopen(const char *file, int mode)
{
    (void)file;
    (void)mode;
    return NULL;
}

struct udev *udev_new(void)
{
    return NULL;
}

struct udev *udev_unref(struct udev *udev)
{
    (void)udev;
    return NULL;
}

struct udev_device *udev_device_new_from_subsystem_sysname(struct udev *udev, const char *subsystem,
                                                           const char *name)
{
    (void)udev;
    (void)subsystem;
    (void)name;
    return NULL;
}

struct udev_device *udev_device_unref(struct udev_device *device)
{
    (void)device;
    return NULL;
}

const char *udev_device_get_property_value(struct udev_device *device, const char *key)
{
    (void)device;
    (void)key;
    return NULL;
}
