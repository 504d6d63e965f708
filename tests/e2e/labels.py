"""What the demonstration says of each event."""
EVENTS = {
    'received': 'recibido y registrado',
    'acknowledged': 'acuse de recibo entregado',
    'assigned': 'asignado',
    'taken': 'tomado',
    'message': 'el solicitante escribió',
    'replied': 'respuesta en camino al solicitante',
    'responded': 'primera respuesta entregada: el reloj se detiene',
    'warned': 'advertencia: queda poco tiempo',
    'breached': 'vencido: pasó el tiempo sin respuesta',
    'resolved': 'solucionado',
    'surveyed': 'encuesta entregada: corren los dos días',
    'evaluated': 'evaluado',
    'closed': 'cerrado',
    'reopened': 'reabierto',
}
