"""How the questions of `System` are told to a person, by its methods; {0} is the first thing given."""

WORDS = {
    "value": "registry {0}: {1}",
    "keys": "registry keys below {0}",
    "written": "time of registry key {0}",
    "events": "event log {0}",
    "ticking": "time since the start",
    "drive": "the drive that Windows is on",
    "home_drive": "the drive of this account's profile",
    "control": "DeviceIoControl {0}",
    "battery_devices": "CM_Get_Device_Interface_List: batteries",
    "tcp_statistics": "GetTcpStatisticsEx2, family {0}",
    "interfaces": "GetIfTable2",
    "wifi_signals": "WlanQueryInterface: rssi",
    "processes": "NtQuerySystemInformation: processes",
    "services": "EnumServicesStatusEx: stopped services",
    "counter": "performance counter {0}",
    "guard": "WscGetSecurityProviderHealth({0})",
    "last_sleep": "CallNtPowerInformation: LastSleepTime",
    "network_cost": "INetworkCostManager.GetCost",
    "power_status": "GetSystemPowerStatus",
    "ask": "PowerShell: {0}",
}
